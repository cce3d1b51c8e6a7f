"""A GraphQL executor that compiles operations to Python, for schemas of Strawberry.

graphql-core walks a selection again for each request, field by field and row by row. This library compiles an operation once:
its code works on columns, which have one value for each row of a level. It looks everything up that a level needs in one
batch step, checks values by whole columns, and writes the response with `orjson`.

graphql-core stays the definition of what is right. Compiled code knows no errors: on anything unexpected it bails out, and
graphql-core executes the operation from the results that are there already.

The library imports nothing of the product that uses it but two leaves: `eager`, which steps coroutines, and `cached_json`, the
class of rows in which it caches what it wrote of them. What it needs is handed in: loaders and a context, an executor that runs
what is not compiled, the class of outcomes, conversions of custom scalars, the error for a price that is too high, the prefix
of names of metrics.

Use:

1. Declare how fields get their values: `metadata={HOW: ByKey("users", "author_id")}` on a Strawberry field. The declarations
   are `Attribute`, `MappedColumn`, `ByKey`, `ByKeys`, `Computed` and `Call`; a plain Strawberry field is an attribute. Put
   `is_type_of = RowsOf(UserRow)` into each type whose rows have a class of their own. Where rows never change and are shared,
   let the class inherit `CachesJson`.
2. Offer loaders. `context.loaders.users` must have `known_many(keys)` and `many(keys)` (`batching.BatchLoader`), and the context
   `for_operation()`, which gives a fresh context for each event of a subscription. Lookups and `is_viewer` are all by which what
   is not a `Call` may depend on the viewer.
3. Run operations by `CompiledExecutor(schema, core, outcome)`. `execute` and `subscribe` take documents that are parsed and
   valid (`plans.ParsedOperation`). `publish(registry, prefix)` registers the metrics, `warm(operations)` compiles at start.
4. Refuse expensive operations by `Admission(Costs(schema, longest_page), maximum, error).admit` before they run.

Reading order:

- Declare: `declarations`.
- Compile: `executor` asks `plans` for the plan of an operation; `choices` and `variables` say which plan that is; `plan`
  holds the compiled operation; `compiler` writes a function for each selection, with `compiler_options`, `arguments`,
  `level`, `pieces`, `completion`, `leaves` and `source`; `site` is a field at its place, `direct_call` its function.
  `not_compiled` lists why an operation has no plan.
- Run: `batching` steps the coroutines of a plan, `run` gets what they ask for, `calls` calls resolvers, `columns` has the
  functions that the code calls.
- Bail out: `bailout` lists the causes, `diagnosis` finds the cause of an exception by its `origin`, `bailouts` counts and logs
  it; `partial_results` and `fallback` let graphql-core go on.
- Price: `costs` of fields, `sizes` that variables decide, `pricing` of a document, `price` of an operation, `admission`.
- Share: `event_execution` lets a source of events execute one once for several subscribers.
- Watch: `execution_counts`, `instrumentation`, `instrumented` and `tracing`; `printing` shows plans and prices to people.
"""
