"""Attendance and completion."""
