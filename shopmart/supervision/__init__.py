"""Processes that belong together: started, watched, restarted and stopped as one."""
