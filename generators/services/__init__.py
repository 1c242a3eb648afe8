"""Scaffolds of services, one framework a file: a step of the plan -> the files of the service."""
