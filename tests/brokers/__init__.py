"""The service over other brokers than its own database: Redis and RabbitMQ, present, absent and gone."""
