"The labels of the avatars are true: a small CNN learns the hair colour from 8,000 and names it on 2,000 others."
from gen_explain.datasets import load_data
from gen_explain.classifiers import evaluate, train_classifier


def test_a_small_cnn_reads_the_hair_colour():
    train, test = load_data('avatars', n=8000), load_data('avatars', n=2000, split='test')
    again = load_data('avatars', n=100, split='test', seed=0)
    assert (again.x == test.x[:100]).all()                      # the same people, drawn on their own: the same bytes
    e = evaluate(train_classifier(train, epochs=4), test)
    assert e['accuracy'] >= .99, e
