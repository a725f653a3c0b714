"""一轮报名：填志愿、家人同伴一起报、柜台和纸质表。 Admission rounds for residents and staff."""
