"""The REST API (外部連携の API): numbers, states and packets for the town's other systems, by scoped tokens."""
