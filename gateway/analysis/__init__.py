"""Fan-outs: gRPC services that the gateway process serves itself, and that ask other services concurrently."""
