"""Who may do what with documents: parties read them (row rules); `operations` makes and ends them, as the system."""

from portal.documents.models import Batch, Document
from portal.documents.workflow import WORKFLOW
from portal.security.policy import Policy, register

register(Policy(Document, workflow=WORKFLOW))
register(Policy(Batch))
