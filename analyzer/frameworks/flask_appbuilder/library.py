"""What Flask-AppBuilder's own classes expose, and under which paths."""

from __future__ import annotations

Exposed = dict[str, tuple[tuple[str, tuple[str, ...]], ...]]
"""Method -> the (path, methods of HTTP) of its routes."""

_GET, _POST, _BOTH = ("GET",), ("POST",), ("GET", "POST")
_FORM: Exposed = {"this_form_get": (("/form", _GET),), "this_form_post": (("/form", _POST),)}
_CHART: Exposed = {"chart": (("/chart/<group_by>", _GET), ("/chart/", _GET))}
_MODEL: Exposed = {
    "list": (("/list/", _GET),),
    "show": (("/show/<pk>", _GET),),
    "add": (("/add", _BOTH),),
    "edit": (("/edit/<pk>", _BOTH),),
    "delete": (("/delete/<pk>", _BOTH),),
    "download": (("/download/<string:filename>", _GET),),
    "action": (("/action/<string:name>/<pk>", _BOTH),),
    "action_post": (("/action_post", _POST),),
}
EXPOSED: dict[str, Exposed] = {
    "ModelView": _MODEL,
    "MasterDetailView": {"list": (("/list/", _GET), ("/list/<pk>", _GET))},
    "MultipleView": {"list": (("/list/", _GET),)},
    "CompactCRUDMixin": {
        "list": (("/list/", _BOTH),),
        "add": (("/add/", _BOTH),),
        "edit": (("/edit/<pk>", _BOTH),),
        "delete": (("/delete/<pk>", _BOTH),),
    },
    "SimpleFormView": _FORM,
    "PublicFormView": _FORM,
    "GroupByChartView": _CHART,
    "ChartView": _CHART,
    "DirectByChartView": _CHART,
    "DirectChartView": _CHART,
    "TimeChartView": {"chart": (("/chart/<group_by>/<period>", _GET), ("/chart/", _GET))},
    "IndexView": {"index": (("/", _GET),)},
    "AuthView": {"login": (("/login/", _BOTH),), "logout": (("/logout/", _GET),)},
    "BaseRegisterUser": {**_FORM, "activation": (("/activation/<string:activation_hash>", _GET),)},
    "ModelRestApi": {
        "info": (("/_info", _GET),),
        "get": (("/<int:pk>", _GET),),
        "get_list": (("/", _GET),),
        "post": (("/", _POST),),
        "put": (("/<pk>", ("PUT",)),),
        "delete": (("/<pk>", ("DELETE",)),),
    },
}
for _name in ("AuthDBView", "AuthLDAPView", "AuthRemoteUserView"):
    EXPOSED[_name] = EXPOSED["AuthView"]
for _name in ("RegisterUserDBView", "RegisterUserOAuthView"):
    EXPOSED[_name] = EXPOSED["BaseRegisterUser"]
for _name in ("UserModelView", "UserDBModelView", "UserLDAPModelView", "UserOAuthModelView", "RoleModelView"):
    EXPOSED[_name] = {**_MODEL, "userinfo": (("/userinfo/", _GET),)} if _name != "RoleModelView" else _MODEL

BASES = {
    "IndexView": "", "UtilView": "", "AuthView": "", "AuthDBView": "", "AuthLDAPView": "",
    "AuthOAuthView": "", "AuthRemoteUserView": "", "BaseRegisterUser": "/register",
    "RegisterUserDBView": "/register",
    "RegisterUserOAuthView": "/register", "ResetMyPasswordView": "/resetmypassword",
    "ResetPasswordView": "/resetpassword", "UserModelView": "/users", "UserDBModelView": "/users",
    "UserLDAPModelView": "/users", "UserOAuthModelView": "/users", "RoleModelView": "/roles",
}  # fmt: skip
"""The paths that classes of the library stand under, where that is not their name."""
