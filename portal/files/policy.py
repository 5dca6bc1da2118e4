"""Who may do what with stored files: reading is the row rules' business, storing that of the operation that asks."""

from portal.files.models import File
from portal.files.workflow import WORKFLOW
from portal.kernel.roles import operator
from portal.security.policy import Allow, Policy, register

register(Policy(File, workflow=WORKFLOW, actions={"oversee": Allow([operator])}))
