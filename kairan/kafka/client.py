"""What all clients of Kafka here share."""

import logging

CLIENT_LOG = logging.getLogger("librdkafka")
CLIENT_LOG.setLevel(logging.CRITICAL)  # its errors arrive at error_cb; its text repeats them many times


class BrokerRefusedError(Exception):
    """The broker refuses this principal, topic or group: nothing that waiting would mend."""
