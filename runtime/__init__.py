"""All that starts, steers or sits inside a process."""
