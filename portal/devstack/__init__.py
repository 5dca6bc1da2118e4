"""What turns a fresh clone into a running portal: environment, assets, engines, processes.

Nothing in the product imports this package, and it imports nothing of the product: it only
knows the commands (`manage.py`, `celery -A portal`, `portal.wsgi`) and the environment
variables that `.env.example` lists.
"""
