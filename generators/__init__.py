"""Makes text out of records: services, rewrites, routes, pictures and reports. Returns changes."""
