"""What the plan of an analyst's query may hold: operators, procedures and functions. What is not named here is refused.

Operators are named as plans name them, without what stands in brackets behind the name. None of them writes, administers, reads
files or calls out. A new version of Neo4j may have others: a query that needs one is refused until it is named here.
"""

_SCANS = (
    "AllNodesScan", "Argument", "NodeByLabelScan", "UnionNodeByLabelsScan", "IntersectionNodeByLabelsScan",
    "SubtractionNodeByLabelsScan", "NodeByIdSeek", "NodeByElementIdSeek", "NodeIndexSeek", "NodeIndexSeekByRange",
    "NodeUniqueIndexSeek", "NodeUniqueIndexSeekByRange", "NodeIndexScan", "NodeIndexContainsScan", "NodeIndexEndsWithScan",
    "MultiNodeIndexSeek", "NodeCountFromCountStore", "RelationshipCountFromCountStore", "DynamicLabelNodeLookup",
    *(
        f"{ends}{scan}"
        for ends in ("Directed", "Undirected")
        for scan in (
            "AllRelationshipsScan", "RelationshipTypeScan", "UnionRelationshipTypesScan", "RelationshipByIdSeek",
            "RelationshipByElementIdSeek", "RelationshipIndexSeek", "RelationshipIndexSeekByRange", "RelationshipIndexScan",
        )
    ),
    "DynamicDirectedRelationshipTypeLookup", "DynamicUndirectedRelationshipTypeLookup",
)  # fmt: skip
_JOINS = (
    "Apply", "SemiApply", "AntiSemiApply", "SelectOrSemiApply", "SelectOrAntiSemiApply", "LetSemiApply", "LetAntiSemiApply",
    "LetSelectOrSemiApply", "LetSelectOrAntiSemiApply", "ConditionalApply", "AntiConditionalApply", "RollUpApply",
    "CartesianProduct", "NodeHashJoin", "NodeLeftOuterHashJoin", "NodeRightOuterHashJoin", "ValueHashJoin", "AssertSameNode",
    "AssertSameRelationship", "Union", "OrderedUnion", "TriadicSelection", "TriadicBuild", "TriadicFilter",
)  # fmt: skip
_PATHS = (
    "Expand", "OptionalExpand", "VarLengthExpand", "ShortestPath", "StatefulShortestPath", "Repeat", "BidirectionalRepeat",
    "PathPropagatingBFS", "ProjectEndpoints",
)  # fmt: skip
_ROWS = (
    "ProduceResults", "Filter", "Projection", "Distinct", "OrderedDistinct", "EagerAggregation", "OrderedAggregation", "Sort",
    "PartialSort", "Top", "PartialTop", "Top1WithTies", "Limit", "ExhaustiveLimit", "Skip", "Optional", "Eager", "Unwind",
    "CacheProperties", "PreserveOrder", "ProcedureCall", "NullifyMetadata", "EmptyRow", "EmptyResult",
)  # fmt: skip
OPERATORS: frozenset[str] = frozenset([*_SCANS, *_JOINS, *_PATHS, *_ROWS])
"""Operators that read the graph and work on rows."""

PROCEDURES: frozenset[str] = frozenset(
    {"db.labels", "db.propertyKeys", "db.relationshipTypes", "db.schema.visualization", "db.schema.nodeTypeProperties",
     "db.schema.relTypeProperties"}
)  # fmt: skip
"""Procedures that say what there is in the graph."""

_FUNCTIONS = """
abs acos all allReduce any asin atan atan2 avg btrim cardinality ceil ceiling char_length character_length coalesce
coll.distinct coll.flatten coll.indexOf coll.insert coll.max coll.min coll.remove coll.sort collect collect_list cos cosh cot
coth count date date.realtime date.statement date.transaction date.truncate datetime datetime.fromepoch datetime.fromEpoch
datetime.fromEpochMillis datetime.fromepochmillis datetime.realtime datetime.statement datetime.transaction datetime.truncate
degrees duration duration.between duration.inDays duration.inMonths duration.inSeconds duration_between e elementId endNode
exists exp floor format haversin head id isEmpty isNaN keys labels last left length ln local_datetime local_time localdatetime
localdatetime.realtime localdatetime.statement localdatetime.transaction localdatetime.truncate localtime localtime.realtime
localtime.statement localtime.transaction localtime.truncate log log10 lower ltrim max min nodes none normalize nullIf
path_length percentile_cont percentile_disc percentileCont percentileDisc pi point point.distance point.withinBBox properties
property_exists radians rand randomUUID range reduce relationships replace reverse right round rtrim sign sin single sinh size
split sqrt startNode stDev stdev_pop stdev_samp stDevP string.indexOf string.join string.regexReplace substring sum tail tan
tanh time time.realtime time.statement time.transaction time.truncate timestamp toBoolean toBooleanList toBooleanOrNull toFloat
toFloatList toFloatOrNull toInteger toIntegerList toIntegerOrNull toLower toString toStringList toStringOrNull toUpper trim type
upper uuid uuid.leastSignificantBits uuid.mostSignificantBits valueType vector vector.similarity.cosine
vector.similarity.euclidean vector_dimension_count vector_distance vector_norm zoned_datetime zoned_time
"""
FUNCTIONS: frozenset[str] = frozenset(_FUNCTIONS.split())
"""Functions that compute from what they are given. Refused are those of files, and those that choose another graph."""
