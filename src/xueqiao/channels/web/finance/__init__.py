"""The finance desk: money of the day, differences, refunds and boxes that wait, exports."""
