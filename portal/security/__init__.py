"""Who acts, who sees, who may: actor, policies, scoped managers, row security, Grant and Block."""
