"""Schemes of URLs, and the default port of each."""

from __future__ import annotations

from collections.abc import Mapping

USUAL_PORTS: Mapping[str, int] = {
    "https": 443,
    "http": 80,
    "wss": 443,
    "ws": 80,
    "redis": 6379,
    "rediss": 6379,
    "postgres": 5432,
    "postgresql": 5432,
    "mysql": 3306,
    "mongodb": 27017,
    "amqp": 5672,
    "amqps": 5671,
    "mqtt": 1883,
    "mqtts": 8883,
    "nats": 4222,
    "smtp": 25,
    "smtps": 465,
    "ldap": 389,
    "ldaps": 636,
    "syslog+tls": 6514,
    "ftp": 21,
    "sftp": 22,
    "ssh": 22,
}
