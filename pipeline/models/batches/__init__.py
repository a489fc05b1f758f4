"""Questions asked in batches, at half price: prepare, submit, wait, collect; and the ordinary line runs again.

The construction: nothing of the line knows of batches. A run in batches gives it a model that never asks, `Deferring`.
What is in the store it answers; any other question it writes down and raises `Waiting`, which no stage handles, so
that the video is put off and has not failed. All that a video can ask at this point is written down at once, because
the line submits its questions side by side before it looks at the first answer, and `AtOnce` runs what is submitted
there and then. When the line has run over all videos, the questions written down go to a `Desk`, which has them
answered in batches and puts the replies into the store under the keys of their exact requests. Then the line simply
runs again over the videos that were put off, and comes as much further: outlines, repairs, judgements, plans.

So a batch is nothing but another way for replies to get into the store, what is asked is by construction what an
ordinary run would have asked, and resuming is running again.
"""
