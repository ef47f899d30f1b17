"""Who watches: detectors of what no measure was meant to reward."""
