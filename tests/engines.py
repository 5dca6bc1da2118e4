"""A pytest plugin, loaded before Django's settings: starts the engines and says where they are."""

import os

from portal.devstack import testing

os.environ.update(testing.start())
os.environ["PORTAL_MODE"] = "test"
