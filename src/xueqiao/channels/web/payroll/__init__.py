"""Teachers' contracts and pay: the desk that writes them, the officer who releases, the teacher who reads."""
