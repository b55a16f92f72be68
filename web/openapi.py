"""The description of the API by OpenAPI 3.1, made from the tables that the API is made from."""

from __future__ import annotations

from functools import cache
from importlib.metadata import version
from typing import Any

from web.operations import OPERATIONS, Operation
from web.parameters import PARAMETERS, Parameter
from web.schemas import SCHEMAS

_ALWAYS = (414, 429, 431, 500, 503)
_MEANINGS = {
    400: "The query, an option or what was sent cannot be answered",
    401: "The token is missing, or is another one",
    403: "Writing is off: the server was started without a token",
    404: "There is no such article or paragraph",
    410: "The index has changed since the cursor was given out",
    413: "What was sent is too large",
    414: "The address is too long",
    415: "What was sent is of a type that is not read",
    423: "Another process is writing; try again",
    429: "One client asks too often",
    431: "The headers are too large, or too many",
    500: "A fault of the server",
    503: "There is no index, or there are too many searches at once; try again",
}


@cache
def description() -> dict[str, Any]:
    """The whole document."""
    paths: dict[str, Any] = {}
    for each in OPERATIONS:
        paths.setdefault(each.path, {})[each.method] = _operation(each)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "nutgraf",
            "version": version("nutgraf"),
            "description": "Full-text search for archives of articles, by the paragraph.",
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": SCHEMAS,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(operation: Operation) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.meaning,
        "parameters": [_parameter(each, operation) for each in _parameters(operation)],
        "responses": _responses(operation),
    }
    if operation.body:
        content = {each: {"schema": _body(operation)} for each in operation.body}
        shown["requestBody"] = {"required": True, "content": content}
    if operation.writes:
        shown["security"] = [{"token": []}]
    return shown


def _parameters(operation: Operation) -> list[Parameter]:
    """Those of the path, and the arguments."""
    of_path = [each for each in PARAMETERS.values() if f"{{{each.name}}}" in operation.path]
    return [*of_path, *(PARAMETERS[name] for name in operation.arguments)]


def _parameter(parameter: Parameter, operation: Operation) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": "path" if parameter.is_path else "query",
        "description": parameter.meaning,
        "required": parameter.is_path or parameter.name in operation.required,
        "schema": _schema(parameter, needed=parameter.name in operation.required),
    }


def _schema(parameter: Parameter, *, needed: bool) -> dict[str, Any]:
    if parameter.kind == "number":
        shown = {"type": "integer", "minimum": parameter.least, "maximum": parameter.most}
        if parameter.is_path:
            return shown
        # Forms send what was left empty; that asks for the default.
        return {"anyOf": [shown, {"const": ""}], "default": parameter.default}
    if parameter.choices:
        return {"enum": [*parameter.choices, ""], "default": parameter.default}
    return {"type": "string", "minLength": 1} if needed or parameter.is_path else {"type": "string"}


def _body(operation: Operation) -> dict[str, Any]:
    record = {"$ref": f"#/components/schemas/{operation.takes}"}
    if operation.body == ("application/json",):
        return record
    if operation.body == ("text/plain",):
        return {"type": "string", "description": "Any text that has citations in it, as UTF-8."}
    return {"description": "One article a line, of the schema Record; each is read on its own."}


def _responses(operation: Operation) -> dict[str, Any]:
    shown = {"200": _response("The answer", operation.answer, operation.types)}
    if operation.made:
        shown["201"] = _response("It was added", operation.answer)
    for status in sorted({*operation.errors, *_ALWAYS}):
        shown[str(status)] = _response(_MEANINGS[status], "Error")
    return shown


def _response(
    meaning: str, schema: str, types: tuple[str, ...] = ("application/json",)
) -> dict[str, Any]:
    """An answer; as JSON, or a download, it is of a schema, and a table is a text beside it."""
    of_schema = {"schema": {"$ref": f"#/components/schemas/{schema}"}}
    as_text = {"schema": {"type": "string"}}
    is_json = types[0] == "application/json"
    content = {each: as_text if is_json and each == "text/csv" else of_schema for each in types}
    return {"description": meaning, "content": content}
