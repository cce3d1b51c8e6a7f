"""The executors that may serve the toy, by the names that the setting of the product has for them."""

from typing import Literal, TypeAlias

from execution.executor import CompiledExecutor
from execution.plans import CompileAfter
from services.settings import Settings
from tests.web.toy import ToyContext, schema
from web.documents import Operation
from web.execution import CoreExecutor, OperationExecutor, Outcome, core_schema

ExecutorName: TypeAlias = Literal["compiled", "forced", "core"]


def compiled(compile_after: CompileAfter) -> CompiledExecutor[Operation, Outcome]:
    """Return one that compiles operations with their first request, or with the second."""
    return CompiledExecutor(core_schema(schema), CoreExecutor(schema), Outcome, compile_after=compile_after)


def executor_of(name: ExecutorName) -> OperationExecutor[ToyContext]:
    """Return a fresh one."""
    return CoreExecutor(schema) if name == "core" else compiled(1 if name == "forced" else 2)


def chosen_executor() -> OperationExecutor[ToyContext]:
    """Return the one that `ROOKERY_EXECUTOR` names: a run of the tests chooses for the toy and the product alike."""
    return executor_of(Settings().executor)
