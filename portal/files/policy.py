"""Who may do what with stored files: reading is the row rules' business, storing that of the operation that asks."""

from portal.files.models import File
from portal.security.policy import Policy, register

register(Policy(File))
