"""What Envoy reads while it runs, as JSON of its own types.

Requests are matched on the header that `request.lua` sets (`routing.py` says what stands in it). The first
route that matches decides; a rule becomes one for reads, which fall back, and one for all else.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..analyzer.model.routes import RouteTable, Traffic
from .byte_patterns import byte_pattern
from .quoting import address, name
from .routing import IDENTITY, OVERRIDE, REQUEST, USER, Rule, rules

_TYPES = "type.googleapis.com/envoy."
_READS = "(?:GET|HEAD)"
_TIMEOUT = "60s"
Json = dict[str, Any]


def files(tables: Mapping[str, RouteTable], shares: Mapping[str, Traffic]) -> dict[str, str]:
    """The text of each file but the clusters. Raises Refused for routes that cannot be expressed."""
    ordered = [tables[service] for service in sorted(tables)]
    outside = [*_closed(ordered)]
    for table in ordered:
        outside += _functions(table, inside=False)
    for table in ordered:
        for rule in rules(table):
            outside += _rule(table.service, rule, shares.get(table.service, Traffic()))
    outside.append({"match": {"prefix": "/"}, "route": {"cluster": "monolith", "timeout": _TIMEOUT}})
    inside: list[Json] = []
    for table in ordered:
        inside.append(_state(table.service, shares.get(table.service, Traffic())))
        inside += _functions(table, inside=True)
    inside.append({"match": {"prefix": "/"}, "direct_response": {"status": 404}})
    return {
        "routes.json": _resources([_configuration("outside", outside)]),
        "functions.json": _resources([_configuration("inside", inside)]),
        "tokens.json": _resources([_tokens(ordered)]),
    }


def _resources(found: Sequence[Json]) -> str:
    return json.dumps({"resources": found}, ensure_ascii=True, indent=1, sort_keys=True) + "\n"


def _configuration(side: str, routes: list[Json]) -> Json:
    checked = {"envoy.filters.http.ext_authz": _per_route("ext_authz.v3.ExtAuthzPerRoute", disabled=True)}
    return {
        "@type": f"{_TYPES}config.route.v3.RouteConfiguration",
        "name": side,
        "virtual_hosts": [
            {"name": side, "domains": ["*"], "routes": routes, "typed_per_filter_config": checked}
        ],
        "request_headers_to_remove": [*IDENTITY, REQUEST, USER, OVERRIDE],
    }


def _per_route(type: str, **more: object) -> Json:
    return {"@type": f"{_TYPES}extensions.filters.http.{type}", **more}


def _matches(expression: str, invert: bool = False) -> Json:
    found: Json = {"name": REQUEST, "string_match": {"safe_regex": {"regex": expression}}}
    return {**found, "invert_match": True} if invert else found


def _closed(tables: Iterable[RouteTable]) -> Iterable[Json]:
    """Paths for services alone, however they are written."""
    for inner in sorted({table.internal.strip("/") for table in tables if table.internal}):
        headers = [_matches(rf"[A-Za-z-]+ [/;]*(?i:{name(inner)})(?:[/;](?s:.*))?")]
        yield {"match": {"prefix": "/", "headers": headers}, "direct_response": {"status": 404}}


def _rule(service: str, rule: Rule, traffic: Traffic) -> Iterable[Json]:
    asked = [_matches(f"{rule.kind} {byte_pattern(rule.pattern.source)}")]
    asked += [_matches(f"[A-Za-z]+ {byte_pattern(each.source)}", invert=True) for each in rule.unless]
    reads: Json = {"name": ":method", "string_match": {"safe_regex": {"regex": _READS}}}
    chosen: Json = {"name": OVERRIDE, "string_match": {"exact": service}}
    free: Json = {"name": OVERRIDE, "present_match": False}
    for first in ([chosen, reads], [chosen], [free, reads], [free]):
        action: Json = {"timeout": _TIMEOUT}
        is_read = reads in first
        whole = chosen in first or traffic.percent >= 100
        target = f"{service}.reads" if is_read else service
        if whole:
            action["cluster"] = target
        elif traffic.percent > 0:
            action |= _split(target, traffic.percent)
        else:
            action["cluster"] = "monolith"
        if is_read and (whole or traffic.percent > 0):
            action["retry_policy"] = _FALLBACK
        if is_read and traffic.mirror and not whole:
            action["request_mirror_policies"] = [_mirror(service)]
        route: Json = {"match": {"prefix": "/", "headers": [*first, *asked]}, "route": action}
        if "weighted_clusters" in action:
            route["metadata"] = {"filter_metadata": {"envoy.filters.http.lua": {"split": True}}}
        yield route


_FALLBACK: Json = {
    "retry_on": "connect-failure,refused-stream,reset,gateway-error",
    "num_retries": 1,
    "per_try_timeout": "30s",
    "retry_priority": {
        "name": "envoy.retry_priorities.previous_priorities",
        "typed_config": {
            "@type": f"{_TYPES}extensions.retry.priority.previous_priorities.v3.PreviousPrioritiesConfig",
            "update_frequency": 1,
        },
    },
}


def _split(target: str, percent: float) -> Json:
    """A share of the users, each of whom stays: `request.lua` says by what one is known."""
    weight = round(percent * 100)
    shares = [{"name": target, "weight": weight}, {"name": "monolith", "weight": 10_000 - weight}]
    return {
        "weighted_clusters": {"clusters": shares, "use_hash_policy": True},
        "hash_policy": [{"header": {"header_name": USER}}],
    }


def _mirror(service: str) -> Json:
    mark = {"append": {"header": {"key": "x-carveout-mirror", "value": "1"}}}
    return {
        "cluster": service,
        "disable_shadow_host_suffix_append": True,
        "request_headers_mutations": [mark],
    }


def _state(service: str, traffic: Traffic) -> Json:
    said = f"{traffic.percent:.2f}".rstrip("0").rstrip(".") or "0"
    body = {"inline_string": f"{said} mirror" if traffic.mirror else said}
    return {
        "match": {"path": f"/.carveout/traffic/{name(service)}"},
        "direct_response": {"status": 200, "body": body},
    }


def _functions(table: RouteTable, inside: bool) -> Iterable[Json]:
    prefix = "internal" if inside else "external"
    for function in table.functions:
        consumers = [
            grant.consumer
            for grant in table.grants
            if function in grant.functions and (inside or grant.outside) and not (inside and grant.outside)
        ]
        if not consumers:
            continue
        checks = {
            "envoy.filters.http.jwt_authn": _per_route(
                "jwt_authn.v3.PerRouteConfig", requirement_name=_requirement(table.service, consumers)
            ),
            "envoy.filters.http.ext_authz": _per_route("ext_authz.v3.ExtAuthzPerRoute", check_settings={}),
        }
        post = [{"name": ":method", "string_match": {"exact": "POST"}}]
        yield {
            "match": {"path": f"/{prefix}/v1/{function}", "headers": post},
            "route": {
                "cluster": name(table.service), "timeout": _TIMEOUT,
                "regex_rewrite": {"pattern": {"regex": "^/[a-z]+/v1/"}, "substitution": "/internal/v1/"},
            },
            "typed_per_filter_config": checks,
        }  # fmt: skip


def _requirement(service: str, consumers: Iterable[str]) -> str:
    return f"{service}: {' '.join(sorted(consumers))}"


def _tokens(tables: Iterable[RouteTable]) -> Json:
    """Whose tokens are taken, and by which functions: each names the consumers that it lets in."""
    providers: Json = {}
    wanted: Json = {}
    for table in tables:
        for grant in table.grants:
            label = f"{table.service}.{name(grant.consumer)}"
            providers[label] = {
                "issuer": grant.consumer,
                "audiences": [table.service],
                "local_jwks": {"filename": f"run/keys/{label}.json"},
                "from_headers": [{"name": "Authorization", "value_prefix": "Bearer "}],
                "forward": True,
                "require_expiration": True,
                "max_lifetime": "86400s",
                "clock_skew_seconds": 5,
            }
        for function in table.functions:
            for outside in (False, True):
                consumers = sorted(
                    grant.consumer for grant in table.grants
                    if function in grant.functions and grant.outside == outside
                )  # fmt: skip
                if consumers:
                    each = [{"provider_name": f"{table.service}.{consumer}"} for consumer in consumers]
                    one: Json = each[0] if len(each) == 1 else {"requires_any": {"requirements": each}}
                    wanted[_requirement(table.service, consumers)] = one
    return {
        "@type": f"{_TYPES}config.core.v3.TypedExtensionConfig",
        "name": "envoy.filters.http.jwt_authn",
        "typed_config": {
            "@type": f"{_TYPES}extensions.filters.http.jwt_authn.v3.JwtAuthentication",
            "providers": providers,
            "requirement_map": wanted,
        },
    }


def endpoints(cluster: str, addresses: Sequence[str]) -> str:
    """Where the servers of a cluster listen: the first is asked, the next one where it fails."""
    ends = []
    for priority, value in enumerate(addresses):
        host, _, port = address(value).rpartition(":")
        at = {"socket_address": {"address": host.strip("[]"), "port_value": int(port)}}
        ends.append({"priority": priority, "lb_endpoints": [{"endpoint": {"address": at}}]})
    kind = f"{_TYPES}config.endpoint.v3.ClusterLoadAssignment"
    return _resources([{"@type": kind, "cluster_name": cluster, "endpoints": ends}])


def clusters(tables: Mapping[str, RouteTable]) -> str:
    """All that requests can go to."""
    names = ["monolith", "checker"]
    for service in sorted(tables):
        names += [name(service), f"{name(service)}.reads"]
    return _resources([_cluster(each, each not in ("monolith", "checker")) for each in names])


def _cluster(label: str, service: bool) -> Json:
    """A cluster; that of a service is given up for a while where it fails time and again."""
    found: Json = {
        "@type": f"{_TYPES}config.cluster.v3.Cluster",
        "name": label,
        "type": "EDS",
        "eds_cluster_config": {"eds_config": {"path_config_source": {"path": f"upstreams/{label}.json"}}},
        "connect_timeout": "2s",
        "common_lb_config": {"healthy_panic_threshold": {"value": 0}},
        "circuit_breakers": {
            "thresholds": [
                {
                    "max_connections": 1024,
                    "max_pending_requests": 1024,
                    "max_requests": 1024,
                    "max_retries": 64,
                }
            ]
        },
        # A kept connection that breaks would fail a write: each request has its own.
        "typed_extension_protocol_options": {
            "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
                "@type": f"{_TYPES}extensions.upstreams.http.v3.HttpProtocolOptions",
                "explicit_http_config": {"http_protocol_options": {}},
                "common_http_protocol_options": {"max_requests_per_connection": 1},
            }
        },
    }
    if service:
        found["outlier_detection"] = {
            "consecutive_5xx": 1000000,
            "consecutive_gateway_failure": 5,
            "enforcing_consecutive_gateway_failure": 100,
            "interval": "1s",
            "base_ejection_time": "5s",
            "max_ejection_percent": 100,
        }
    return found
