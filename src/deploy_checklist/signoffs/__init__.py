"""Sign-offs: what people said on GitHub, and what of it counts. All pure."""
