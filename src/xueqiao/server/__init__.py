"""Where everything is plugged together: settings, urls, wsgi, worker, embedded database."""
