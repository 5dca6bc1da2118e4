"""Sample data for `make demo` and the tests: accounts, organisations, and programs played through the operations.

Names of real organisations stand only for published facts and neutral states; whatever is adverse happens to
invented firms. Nothing of this runs under production settings.
"""
