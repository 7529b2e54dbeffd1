"""The checks that a row must pass, and the reasons for rejections."""
