//! Each row on the same footing, in either way.

/// LayerNorm or RMSNorm, over a row.
#[derive(Clone, Debug)]
pub(super) enum Norm {
    /// Around 0, as far from it as the gain says: GPT.
    Layer { gain: Vec<f32>, bias: Option<Vec<f32>>, epsilon: f32 },
    /// As far from 0 as the gain says: Llama.
    Rms { gain: Vec<f32>, epsilon: f32 },
}

impl Norm {
    pub(super) fn apply(&self, row: &mut [f32]) {
        match self {
            Norm::Layer { gain, bias, epsilon } => {
                kernels::rows::layer_norm(row, gain, *epsilon);
                if let Some(bias) = bias {
                    kernels::rows::add(row, bias);
                }
            }
            Norm::Rms { gain, epsilon } => kernels::rows::rms_norm(row, gain, *epsilon),
        }
    }
}
