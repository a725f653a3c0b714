"""Facts recorded in the transaction of the deed and delivered after its commit; the queue of jobs behind `enqueue`."""
