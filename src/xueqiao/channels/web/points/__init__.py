"""Points and volunteer time: a resident's page, rewards, the counter that hands them over, the volunteers' desk."""
