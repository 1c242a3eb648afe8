"""Words by which templates are rendered and routes are named."""

from __future__ import annotations

import re

from ...project.sources import TEMPLATE_SUFFIXES

_ENDINGS = "|".join(re.escape(suffix) for suffix in TEMPLATE_SUFFIXES)
TEMPLATE_NAME = re.compile(rf"[^\s<>]{{1,200}}(?:{_ENDINGS})\Z")
"""A text that may be the name of a template."""

RENDERS = frozenset(
    {
        "render", "render_template", "stream_template", "render_to_response", "render_to_string",
        "render_block_to_string", "get_template", "select_template", "get_or_select_template",
        "TemplateResponse", "SimpleTemplateResponse",
    }
)  # fmt: skip
AMBIGUOUS = frozenset({"render", "render_to_response", "get_template", "select_template"})
"""Words of many libraries and of projects' own methods: they count where an argument names a template."""
SECOND = frozenset({"django.shortcuts.render", "django.template.response.TemplateResponse"})
"""Functions that take the request first and the template second."""
TEMPLATE_WORDS = ("template_name", "template_name_or_list", "template_list")
TEMPLATE_ATTRIBUTE = "template_name"
"""The attribute of view classes that names the template, inherited as all attributes are."""

NAMED = {
    "url_for": ("endpoint", "name"), "url_path_for": ("name",), "reverse": ("viewname",),
    "reverse_lazy": ("viewname",),
}  # fmt: skip
"""Functions that are given the name of a route, and the keywords that they may take it by."""
EITHER = {"redirect": ("to", "location"), "resolve_url": ("to",)}
"""Functions that are given a name or a path."""
PATHS = {
    "HttpResponseRedirect": ("redirect_to",), "HttpResponsePermanentRedirect": ("redirect_to",),
    "RedirectResponse": ("url",),
}  # fmt: skip
ATTRIBUTES = {
    "success_url": "either", "login_url": "either", "redirect_url": "either", "pattern_name": "name",
    "LOGIN_URL": "either", "LOGOUT_URL": "either", "LOGIN_REDIRECT_URL": "either",
    "LOGOUT_REDIRECT_URL": "either", "login_view": "name", "next_page": "either", "view_name": "name",
}  # fmt: skip
"""Variables that hold where to go, and what they hold."""
KEYWORDS = {
    "pattern_name": "name", "view_name": "name", "success_url": "either", "login_url": "either",
    "next_page": "either",
}  # fmt: skip
"""Keywords that any call may be given where to go by: `RedirectView.as_view(pattern_name="orders")`."""
TAG_NAMES = frozenset({"url", "url_for", "reverse", "url_path_for"})
"""What templates call with the name of a route."""
