"""newer.py on two small documents."""

import copy
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import extract  # noqa: E402
import newer  # noqa: E402

THING = {"type": "object", "properties": {"id": {"type": "string"}, "kind": {"type": "string", "enum": ["a", "b"]},
                                          "parent": {"$ref": "#/components/schemas/thing"}}}


def reply(schema):
    return {"description": "fine", "content": {"application/json": {"schema": schema}}}


def document():
    return {
        "openapi": "3.0.2", "info": {"title": "made up", "version": "1"},
        "paths": {
            "/things": {"get": {"parameters": [{"in": "query", "name": "kind", "schema": {"type": "string", "enum": ["a", "b"]}}],
                                "responses": {"200": reply({"type": "array", "items": {"$ref": "#/components/schemas/thing"}})}},
                        "post": {"requestBody": {"content": {"application/json": {"schema": {"allOf": [{"$ref": "#/components/schemas/thing"}]}}}},
                                 "responses": {"201": reply({"$ref": "#/components/schemas/thing"})}}},
            "/things/{id}": {"parameters": [{"in": "path", "name": "id", "schema": {"type": "string"}}],
                             "get": {"responses": {"200": reply({"$ref": "#/components/schemas/thing"})}},
                             "delete": {"responses": {"204": {"description": "gone"}}}}},
        "components": {"schemas": {"thing": copy.deepcopy(THING)}}}


class Newer(unittest.TestCase):
    def differences(self, change):
        changed = document()
        change(changed)
        return newer.compare(extract.extract(document()), extract.extract(changed))

    def test_equal_documents_have_no_difference(self):
        self.assertEqual(self.differences(lambda _: None), [])

    def test_new_and_dropped_operations(self):
        def change(new):
            new["paths"]["/others"] = {"get": {"responses": {}}}
            del new["paths"]["/things/{id}"]["delete"]
        self.assertEqual(self.differences(change), ["+ operation GET /others", "- operation DELETE /things/{id}"])

    def test_parameters_and_statuses(self):
        def change(new):
            get = new["paths"]["/things"]["get"]
            get["parameters"] = [{"in": "query", "name": "limit", "schema": {"type": "integer"}}]
            get["responses"]["400"] = {"description": "refused"}
        self.assertEqual(self.differences(change), ["+ status 400: GET /things 400", "+ parameter limit: GET /things query limit",
                                                    "- parameter kind: GET /things query kind"])

    def test_a_new_field_is_told_once_for_all_its_places_and_without_its_own_fields(self):
        def change(new):
            fields = new["components"]["schemas"]["thing"]["properties"]
            fields["owner"] = {"type": "object", "properties": {"id": {"type": "string"}, "type": {"enum": ["user"]}}}
        self.assertEqual(self.differences(change), ["+ body field owner: POST /things body.owner",
                                                    "+ reply field owner: GET /things 200[*].owner and 2 more"])

    def test_a_new_word_of_an_enum(self):
        def change(new):
            new["components"]["schemas"]["thing"]["properties"]["kind"]["enum"] = ["a", "c"]
        self.assertEqual(self.differences(change), ["+ word of an enum c: GET /things 200[*].kind and 3 more",
                                                    "- word of an enum b: GET /things 200[*].kind and 3 more"])

    def test_prose_is_no_difference(self):
        def change(new):
            new["paths"]["/things"]["get"]["description"] = "other words"
            new["info"]["version"] = "2"
        self.assertEqual(self.differences(change), [])


if __name__ == "__main__":
    unittest.main()
