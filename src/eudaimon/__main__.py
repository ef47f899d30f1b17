"""`python -m eudaimon`, for launchers that start modules: `accelerate launch -m eudaimon train dpo ...`."""

from eudaimon.cli import main

if __name__ == "__main__":
    main()
