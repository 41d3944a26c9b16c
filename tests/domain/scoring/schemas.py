"""As much of JSON schema as ours uses: enough to hold sheets and answers against what is published."""

import re
from collections.abc import Mapping
from typing import Any

KNOWN = {
    "$schema", "$defs", "$ref", "title", "type", "properties", "required", "additionalProperties", "items", "minItems",
    "maxItems", "minimum", "maximum", "minLength", "maxLength", "pattern", "enum", "const", "anyOf", "oneOf", "default",
    "x-low", "x-high",
}  # fmt: skip
TYPES: Mapping[str, Any] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: type(value) is int,
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
}


def fits(schema: Mapping[str, Any], value: Any, root: Mapping[str, Any] | None = None) -> bool:
    """Whether a value is of the schema. A word of the schema that is not known here fails loudly."""
    root = root or schema
    assert not set(schema) - KNOWN, set(schema) - KNOWN
    if "$ref" in schema:
        return fits(root["$defs"][schema["$ref"].removeprefix("#/$defs/")], value, root)
    ways = schema.get("anyOf") or schema.get("oneOf")
    if ways:
        found = sum(fits(way, value, root) for way in ways)
        return found == 1 if "oneOf" in schema else found > 0
    if "const" in schema and value != schema["const"]:
        return False
    if "enum" in schema and value not in schema["enum"]:
        return False
    if "type" in schema and not TYPES[schema["type"]](value):
        return False
    if isinstance(value, str):
        return "pattern" not in schema or re.search(schema["pattern"], value) is not None
    if type(value) is int:
        return bool(schema.get("minimum", value) <= value <= schema.get("maximum", value))
    if isinstance(value, list):
        is_sized = schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value))
        return is_sized and all(fits(schema.get("items", {}), item, root) for item in value)
    if isinstance(value, dict):
        return _members_fit(schema, value, root)
    return True


def _members_fit(schema: Mapping[str, Any], value: dict[str, Any], root: Mapping[str, Any]) -> bool:
    if not set(schema.get("required", ())) <= set(value):
        return False
    known, more = schema.get("properties", {}), schema.get("additionalProperties", True)
    for name, item in value.items():
        rule = known.get(name, more)
        if rule is False or (isinstance(rule, Mapping) and not fits(rule, item, root)):
            return False
    return True
