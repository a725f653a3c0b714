"""Centre workbench: today, open a class, roster, counter."""
