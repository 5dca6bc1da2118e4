"""Running migrations in a fraction of the time: only what a migration changed is rendered anew.

Django renders a model, and every model that can be reached from it, again for each new column, constraint, index and
trigger. Here everything can be reached from an organisation: that was nine tenths of a first `migrate`.
"""

from functools import cached_property
from typing import Any

from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ModelState, ProjectState, StateApps
from django.db.models import Field

Key = tuple[str, str]
Shape = tuple[dict[str, "Field[Any, Any]"], object]

# What the database holds and PostgreSQL alters by itself: a rendered model's columns are the same without them.
BESIDE_COLUMNS = frozenset({"constraints", "indexes", "triggers"})


def _shape(model: ModelState) -> Shape:
    """What a rendered model depends on. Operations replace fields and never change them (`ModelState`)."""
    options = {key: value for key, value in model.options.items() if key not in BESIDE_COLUMNS}
    return dict(model.fields), (options, model.bases, model.managers)


class LeanState(ProjectState):
    """A project's state that leaves a rendered model alone as long as its shape stays the same."""

    def __init__(self, models: dict[Key, ModelState] | None = None, real_apps: set[str] | None = None) -> None:
        super().__init__(models, real_apps)
        self.rendered: dict[Key, Shape] = {}

    @cached_property
    def apps(self) -> StateApps:
        self.rendered, self.is_delayed = {key: _shape(model) for key, model in self.models.items()}, False
        return StateApps(list(self.real_apps), self.models)

    def reload_model(self, app_label: str, model_name: str, delay: bool = False) -> None:
        if "apps" not in self.__dict__:
            return
        key = (app_label, model_name.lower())
        (fields, options), (had, said) = _shape(self.models[key]), self.rendered.get(key, ({}, None))
        if not had:
            self._reload({key})  # a new model: those it points at learn of it while it is rendered
        elif options != said or had.items() - fields.items():
            self._reload_all(app_label, model_name, delay)
        elif len(fields) > len(had):
            self._reload({key})  # columns more: nobody's key to this model is another
            self.is_delayed = True  # whoever works with rows (RunPython) has all models rendered first
        else:
            meta, now = self.apps.get_model(*key)._meta, self.models[key].options
            # The schema editor passes over these by name when it looks for a constraint that came with a column.
            meta.constraints, meta.indexes = list(now.get("constraints", [])), list(now.get("indexes", []))

    def _reload_all(self, app_label: str, model_name: str, delay: bool) -> None:
        if self.is_delayed:
            self.clear_delayed_apps_cache()
        else:
            super().reload_model(app_label, model_name, delay)

    def _reload(self, related_models: set[Key]) -> None:
        super()._reload(related_models)  # type: ignore[misc]
        self.rendered |= {key: _shape(self.models[key]) for key in related_models if key in self.models}

    def clone(self) -> "LeanState":
        return _lean(super().clone(), self.rendered)


def _lean(state: ProjectState, rendered: dict[Key, Shape]) -> LeanState:
    lean = LeanState()
    lean.__dict__.update(state.__dict__)
    lean.rendered = dict(rendered)
    return lean


class LeanExecutor(MigrationExecutor):
    def _create_project_state(self, with_applied_migrations: bool = False) -> LeanState:
        return _lean(super()._create_project_state(with_applied_migrations), {})  # type: ignore[misc]
