"""Configurations of proxies, one proxy a file: the route table of a service -> its files."""
