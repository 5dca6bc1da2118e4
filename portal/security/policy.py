"""Policies: who may do what to an object. One per model, registered when its room is loaded.

Seeing is `Model.objects.visible_to(actor)`; doing is `may(actor, action, obj)`. Actions are the workflow's
transitions plus what the policy names ("edit", "create" …). What is not named is refused.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db import models

from portal.kernel.errors import Conflict, NotAllowed
from portal.kernel.roles import Who
from portal.kernel.workflow import Workflow
from portal.security.actor import Actor


@dataclass(frozen=True, slots=True)
class Allow:
    """Who may do an action, and in which states (empty: in any)."""

    who: Sequence[Who]
    states: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Policy:
    """What may be done to one model's objects. What is seen of them the row rules say."""

    model: type[models.Model]
    workflow: Workflow | None = None
    actions: Mapping[str, Allow] = field(default_factory=dict)

    def allow(self, action: str) -> Allow | None:
        if action in self.actions:
            return self.actions[action]
        if self.workflow and action in self.workflow.transitions:
            step = self.workflow[action]
            return Allow(step.by, step.sources)
        return None


_policies: dict[type[models.Model], Policy] = {}


def register(policy: Policy) -> Policy:
    """Make the policy known. Raises ValueError where the model has one already."""
    if policy.model in _policies and _policies[policy.model] is not policy:
        raise ValueError(f"{policy.model._meta.label} has two policies")
    _policies[policy.model] = policy
    return policy


def policy_of(model: type[models.Model]) -> Policy:
    return _policies[model]


def policies() -> Sequence[Policy]:
    return tuple(_policies.values())


def admits(actor: Actor, action: str, target: models.Model | type[models.Model]) -> bool:
    """Whether the actor's kind, roles and relation allow the action, whatever the state.

    With a class instead of an object: whether the actor could do it to some object of the class.
    """
    obj = target if isinstance(target, models.Model) else None
    allow = policy_of(type(target) if isinstance(target, models.Model) else target).allow(action)
    return allow is not None and any(who.admits(actor, obj) for who in allow.who)


def fits(actor: Actor, action: str, target: models.Model | type[models.Model]) -> bool:
    """Whether relation and state allow the action now. Whether a Block stands isn't asked, nor the database."""
    if not admits(actor, action, target):
        return False
    if not isinstance(target, models.Model):
        return True
    allow = policy_of(type(target)).allow(action)
    assert allow is not None
    return not allow.states or getattr(target, "state", None) in allow.states


def may(actor: Actor, action: str, target: models.Model | type[models.Model]) -> bool:
    """Whether the actor may do the action now: relation, state, and no Block. Asks the database for the Block."""
    if not fits(actor, action, target):
        return False
    return not isinstance(target, models.Model) or not is_blocked(actor, target)


def is_blocked(actor: Actor, obj: models.Model) -> bool:
    """Whether a Block stands between the actor and the object."""
    from portal.security.models import Block
    from portal.security.scope import rules_of

    columns = rules_of(type(obj)).blocks
    if not columns:
        return False
    values = [obj.serializable_value(c) for c in columns]
    return Block.stands(actor, values)


def require(actor: Actor, action: str, target: models.Model | type[models.Model]) -> None:
    """Raise NotAllowed where the actor may not (whatever the state), Conflict where a Block stands."""
    if not admits(actor, action, target):
        raise NotAllowed
    if isinstance(target, models.Model) and is_blocked(actor, target):
        raise Conflict
