"""What pages can, programs can: every endpoint of the pages has its operation, or a reason why there is none."""

from flask import Flask

from catalog.api.problems import PREFIX
from catalog.views.guard import LEAST_ROLE

HERE = "only a page needs it: a form, a part of a page, or what an open page asks for"
PERSON = "a person's alone: who finds a token must not take over the account"

OPERATIONS = {
    "accounts.logout": PERSON,
    "account.show": "GET /account",
    "account.password": PERSON,
    "account.end_session": PERSON,
    "account.end_others": PERSON,
    "account.turn_factor_on": PERSON,
    "account.turn_factor_off": PERSON,
    "account.recovery_codes": PERSON,
    "products.home": HERE,
    "products.index": "GET /products",
    "products.count": "GET /products",
    "products.whats_new": "GET /changes",
    "products.row": "GET /products/{product_id}",
    "products.edit_row": HERE,
    "products.save_row": "PATCH /products/{product_id}",
    "products.switch": "PATCH /products/{product_id}",
    "product.show": "GET /products/{product_id}/history",
    "product.new": "POST /products",
    "product.edit": "PATCH /products/{product_id}",
    "product.delete": "DELETE /products/{product_id}",
    "exports.plain": "GET /products/export.csv",
    "exports.compressed": "GET /products/export.csv.gz",
    "bulk.start": "POST /bulk",
    "bulk.delete_all": "DELETE /products",
    "bulk.show": "GET /bulk/{job_id}",
    "bulk.progress": "GET /bulk/{job_id}",
    "bulk.events": "GET /bulk/{job_id}",
    "bulk.cancel": "POST /bulk/{job_id}/cancel",
    "changes.index": "GET /changes/sets",
    "changes.show": "GET /changes/{change_set_id}/products",
    "changes.preview": "GET /changes/{change_set_id}/undo",
    "changes.undo": "POST /changes/{change_set_id}/undo",
    "imports.index": "GET /imports",
    "imports.new": "POST /imports",
    "imports.show": "GET /imports/{import_id}",
    "reviews.plan": "GET /imports/{import_id}/plan",
    "reviews.apply": "POST /imports/{import_id}/apply",
    "reviews.discard": "POST /imports/{import_id}/cancel",
    "first_look.beginning": "POST /imports/look",
    "first_look.stored": "POST /imports/{import_id}/look",
    "sources.index": "GET /sources",
    "sources.show": "GET /sources/{source_id}/runs",
    "sources.new": "POST /sources",
    "sources.edit": "PATCH /sources/{source_id}",
    "sources.run": "POST /sources/{source_id}/run",
    "sources.switch": "PATCH /sources/{source_id}",
    "sources.delete": "DELETE /sources/{source_id}",
    "tus.options": HERE,
    "tus.create": "POST /uploads",
    "tus.state": "HEAD /uploads/{upload_id}",
    "tus.append": "PATCH /uploads/{upload_id}",
    "tus.delete": "DELETE /uploads/{upload_id}",
    "profiles.index": "GET /profiles",
    "profiles.save": "POST /profiles",
    "profiles.rename": "PATCH /profiles/{profile_id}",
    "profiles.delete": "DELETE /profiles/{profile_id}",
    "imports.progress": "GET /imports/{import_id}",
    "imports.events": "GET /imports/{import_id}",
    "errors.as_csv": "GET /imports/{import_id}/errors.csv",
    "examples.template": "GET /imports/template.csv",
    "examples.sample": "GET /imports/sample.csv",
    "errors.edit": "PATCH /imports/{import_id}/errors/{number}",
    "errors.replace": "POST /imports/{import_id}/errors/replace",
    "errors.run_again": "POST /imports/{import_id}/errors/run",
    "imports.cancel": "POST /imports/{import_id}/cancel",
    "imports.retry": "POST /imports/{import_id}/retry",
    "past_imports.file": "GET /imports/{import_id}/file",
    "past_imports.bundle": "GET /imports/{import_id}/bundle.zip",
    "past_imports.repeat": "POST /imports/{import_id}/repeat",
    "users.index": "GET /users",
    "users.invite": "POST /users",
    "users.show": "GET /users/{user_id}",
    "users.link": "GET /users/{user_id}/link",
    "users.renew_link": "POST /users/{user_id}/link",
    "users.role": "PATCH /users/{user_id}",
    "users.disable": "PATCH /users/{user_id}",
    "users.enable": "PATCH /users/{user_id}",
    "users.end_sessions": "POST /users/{user_id}/sessions/end",
    "users.factor_off": "PATCH /users/{user_id}",
    "audit.index": "GET /audit",
    "status.page": "GET /status",
    "tokens.index": "GET /tokens",
    "tokens.create": "POST /tokens",
    "tokens.revoke": "DELETE /tokens/{token_id}",
    "api_docs.page": HERE,
    "webhooks.index": "GET /webhooks",
    "webhooks.new": "POST /webhooks",
    "webhooks.show": "GET /webhooks/{webhook_id}/health",
    "webhooks.edit": "PATCH /webhooks/{webhook_id}",
    "webhooks.switch": "PATCH /webhooks/{webhook_id}",
    "webhooks.rotate": "POST /webhooks/{webhook_id}/rotate",
    "webhooks.forget": "POST /webhooks/{webhook_id}/forget",
    "webhooks.delete": "DELETE /webhooks/{webhook_id}",
    "webhooks.test": "POST /webhooks/{webhook_id}/test",
    "webhooks.deliveries.index": "GET /deliveries",
    "webhooks.deliveries.show": "GET /deliveries/{delivery_id}",
    "webhooks.deliveries.redeliver": "POST /deliveries/{delivery_id}/redeliver",
    "webhooks.deliveries.redeliver_selected": "POST /deliveries/redeliver",
    "webhooks.deliveries.redeliver_failed": "POST /deliveries/redeliver",
}


def test_every_endpoint_of_the_pages_has_its_operation_or_a_reason(
    migrated_app: Flask,
) -> None:
    assert set(OPERATIONS) == set(LEAST_ROLE)
    paths = migrated_app.extensions["api_reference"]["paths"]
    there = {
        f"{method.upper()} {path.removeprefix(PREFIX)}"
        for path, methods in paths.items()
        for method in methods
    }
    assert set(OPERATIONS.values()) - there == {HERE, PERSON}
