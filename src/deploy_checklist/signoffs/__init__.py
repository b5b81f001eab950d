"""People: what they said on GitHub, read into sign-offs that count. All pure."""
