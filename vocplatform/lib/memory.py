import gc

NEW_OBJECTS = 50_000  # a page or a batch makes some thousand and frees them by counting references


def settle() -> None:
    """Leave what the program loaded to itself, and look for cycles among new objects seldom.

    By default Python walks through hundreds of thousands of objects of libraries every few batches: a quarter of the
    time of scoring. Call it once, when everything is loaded and before processes fork, so that they also share that
    memory longer.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS, 20, 20)
