"""The edge: REST in front of the gRPC services."""
