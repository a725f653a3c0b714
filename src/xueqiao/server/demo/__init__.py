"""The demo region: a made-up network and made-up people on the real divisions of Jiangsu. See README.md."""
