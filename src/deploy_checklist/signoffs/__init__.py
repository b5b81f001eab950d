"""Sign-offs: what people said on GitHub, and which of it counts. All pure."""
