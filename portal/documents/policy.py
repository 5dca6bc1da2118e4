"""Who may do what with documents: parties read them (row rules); only `operations.issue` makes them, as the system."""

from portal.documents.models import Document
from portal.security.policy import Policy, register

register(Policy(Document))
