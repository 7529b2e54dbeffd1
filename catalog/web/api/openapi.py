"""Turns the OpenAPI description into values for a page: parts, operations, fields. Uses no request."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Document = dict[str, Any]


@dataclass(frozen=True)
class Field:
    """A parameter, or a field of a body."""

    name: str
    type: str
    required: bool
    where: str  # query, header, path, body
    words: str


@dataclass(frozen=True)
class Operation:
    """One operation of the API."""

    id: str
    method: str
    path: str
    summary: str
    description: str
    scope: str
    fields: list[Field]
    answers: list[tuple[str, str]]  # status and words of each response


def operations(document: Document) -> dict[str, list[Operation]]:
    """The operations of each tag, in the order of their registration."""
    by_tag: dict[str, list[Operation]] = {tag["name"]: [] for tag in document["tags"]}
    for path, methods in document["paths"].items():
        shared = methods.get("parameters", [])
        for method, operation in methods.items():
            if method != "parameters":
                made = _operation(document, path, method, operation, shared)
                by_tag[operation["tags"][0]].append(made)
    return by_tag


def _operation(document: Document, path: str, method: str, operation: Document, shared: list[Any]) -> Operation:
    parameters = [*shared, *operation.get("parameters", [])]
    fields = [_parameter(document, each) for each in parameters]
    for content in operation.get("requestBody", {}).get("content", {}).values():
        fields += _body(document, content["schema"])
    answers = [
        (status, _resolved(document, answer).get("description", ""))
        for status, answer in sorted(operation["responses"].items())
    ]
    return Operation(
        id=f"{method}{path.replace('/api/v1', '').replace('/', '-')}".translate(
            {ord("{"): None, ord("}"): None, ord("."): "-"}
        ),
        method=method.upper(),
        path=path,
        summary=operation.get("summary", ""),
        description=operation.get("description", ""),
        scope=operation["security"][0]["token"][0],
        fields=fields,
        answers=answers,
    )


def _parameter(document: Document, parameter: Document) -> Field:
    schema = _resolved(document, parameter["schema"])
    words = parameter.get("description") or schema.get("description", "")
    required = parameter.get("required", False)
    return Field(parameter["name"], _type(document, schema), required, parameter["in"], words)


def _body(document: Document, schema: Document) -> Iterator[Field]:
    schema = _resolved(document, schema)
    needed = schema.get("required", [])
    for name, inner in schema.get("properties", {}).items():
        words = inner.get("description", "")
        yield Field(name, _type(document, inner), name in needed, "body", words)


def _type(document: Document, schema: Document) -> str:
    """A type in words: string, integer or null, one of a, b, c."""
    schema = _resolved(document, schema)
    if "enum" in schema:
        return f"one of {', '.join(map(str, schema['enum']))}"
    if "anyOf" in schema:
        return " or ".join(_type(document, each) for each in schema["anyOf"])
    kind = schema.get("type", "object")
    if kind == "array":
        return f"list of {_type(document, schema.get('items', {}))}"
    return " or ".join(kind) if isinstance(kind, list) else str(kind)


def _resolved(document: Document, part: Document) -> Document:
    """The part of the document that a $ref points to, or the part itself."""
    while "$ref" in part:
        found: Any = document
        for name in part["$ref"].removeprefix("#/").split("/"):
            found = found[name]
        part = found
    return part
