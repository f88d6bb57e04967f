//! The arrays of a model, before there is one: their names and shapes, from its configuration.

use crate::{GptConfig, LlamaConfig};

/// Names and shapes, in the order of the model's parameters.
pub type Shapes = Vec<(String, Vec<usize>)>;

/// A list that grows.
#[derive(Default)]
struct List(Shapes);

impl List {
    fn array(&mut self, name: &str, shape: &[usize]) {
        self.0.push((name.to_owned(), shape.to_vec()));
    }

    fn linear(&mut self, name: &str, inputs: usize, outputs: usize, bias: bool) {
        self.array(&format!("{name}.weight"), &[outputs, inputs]);
        if bias {
            self.array(&format!("{name}.bias"), &[outputs]);
        }
    }

    fn norm(&mut self, name: &str, channels: usize, bias: bool) {
        self.array(&format!("{name}.gain"), &[channels]);
        if bias {
            self.array(&format!("{name}.bias"), &[channels]);
        }
    }
}

/// The arrays of a [`Gpt`](crate::Gpt), as [`Parameters`](neuron::Parameters) would list them.
pub fn gpt(config: &GptConfig) -> Shapes {
    let GptConfig { vocabulary, context, channels, layers, hidden, bias, tied, .. } = *config;
    let mut list = List::default();
    list.array("token.weight", &[vocabulary, channels]);
    list.array("position.weight", &[context, channels]);
    for i in 0..layers {
        let name = |part: &str| format!("blocks.{i}.{part}");
        list.norm(&name("attention_norm"), channels, bias);
        for part in ["query", "key", "value", "output"] {
            list.linear(&name(&format!("attention.{part}")), channels, channels, bias);
        }
        list.norm(&name("feed_forward_norm"), channels, bias);
        list.linear(&name("feed_forward.expand"), channels, hidden, bias);
        list.linear(&name("feed_forward.project"), hidden, channels, bias);
    }
    list.norm("norm", channels, bias);
    if !tied {
        list.array("output", &[vocabulary, channels]);
    }
    list.0
}

/// The arrays of a [`Llama`](crate::Llama), as [`Parameters`](neuron::Parameters) would list them.
pub fn llama(config: &LlamaConfig) -> Shapes {
    let LlamaConfig { vocabulary, channels, layers, hidden, head_size, .. } = *config;
    let (asked, answered) = (config.heads * head_size, config.kv_heads * head_size);
    let mut list = List::default();
    list.array("token.weight", &[vocabulary, channels]);
    for i in 0..layers {
        let name = |part: &str| format!("blocks.{i}.{part}");
        list.norm(&name("attention_norm"), channels, false);
        for (part, size) in [("query", asked), ("key", answered), ("value", answered)] {
            list.linear(&name(&format!("attention.{part}")), channels, size, config.query_bias);
        }
        list.linear(&name("attention.output"), asked, channels, config.output_bias);
        if config.head_norm {
            list.norm(&name("attention.query_norm"), head_size, false);
            list.norm(&name("attention.key_norm"), head_size, false);
        }
        list.norm(&name("feed_forward_norm"), channels, false);
        for part in ["gate", "up"] {
            list.linear(
                &name(&format!("feed_forward.{part}")),
                channels,
                hidden,
                config.feed_forward_bias,
            );
        }
        list.linear(&name("feed_forward.down"), hidden, channels, config.feed_forward_bias);
    }
    list.norm("norm", channels, false);
    if !config.tied {
        list.array("output", &[vocabulary, channels]);
    }
    list.0
}
