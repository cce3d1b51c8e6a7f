"""The executors that may serve the toy, by the names that the setting of the product has for them."""

from typing import Literal, TypeAlias

from execution.executor import CompiledExecutor
from services.settings import Settings
from tests.web.toy import ToyContext, schema
from web.documents import Operation
from web.execution import CoreExecutor, OperationExecutor, Outcome

ExecutorName: TypeAlias = Literal["compiled", "forced", "core"]


def compiled(*, at_first_sight: bool) -> CompiledExecutor[Operation, Outcome]:
    """Give one that compiles operations at first sight, or when they are met again."""
    return CompiledExecutor(schema, CoreExecutor(schema), Outcome, sight="first" if at_first_sight else "second")


def executor_of(name: ExecutorName) -> OperationExecutor[ToyContext]:
    """Give a fresh one."""
    return CoreExecutor(schema) if name == "core" else compiled(at_first_sight=name == "forced")


def chosen_executor() -> OperationExecutor[ToyContext]:
    """Give the one that `ROOKERY_EXECUTOR` names: a run of the tests chooses for the toy and the product alike."""
    return executor_of(Settings().executor)
